export { createProducts, type Products, type ProductsOptions } from './products.ts';
export { seedProducts } from './seed/seed-products.ts';
export { openMongo, type MongoDatabase } from './store/mongo/database.ts';
export { migrateMongo } from './store/mongo/migrate-mongo.ts';
export { createMongoProductsStore } from './store/mongo/mongo-products-store.ts';

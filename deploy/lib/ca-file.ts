/** Certificates of Amazon's databases, in every image: docker/service.Dockerfile takes them at build time. */
export const CA_FILE = '/etc/ssl/rds/global-bundle.pem';

import { typedId } from '@tributary/subgraph-kit';

/** Ids as clients see them, one kind per type. */
export const checkoutId = typedId('chk');
export const orderId = typedId('ord');
export const lineItemId = typedId('lin');
export const paymentId = typedId('pay');
export const paymentMethodId = typedId('pmt');
export const paymentCustomerId = typedId('pcu');
export const paymentEventId = typedId('evt');
export const captureId = typedId('cap');
export const refundId = typedId('rfd');
export const disputeId = typedId('dsp');
export const webhookEndpointId = typedId('whe');
export const webhookDeliveryId = typedId('whd');
export const webhookMessageId = typedId('msg');
export const ledgerAccountId = typedId('lac');
export const ledgerTransactionId = typedId('ltx');
export const ledgerTransferId = typedId('ltr');

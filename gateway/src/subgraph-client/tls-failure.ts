const UNTRUSTED =
  "nobody the gateway trusts signed its certificate; name its authority in the gateway's tls.subgraph";
const WANTS_CERTIFICATE =
  "it does not take the gateway's certificate; name one that it trusts in tls.subgraph, client_authentication";

/** By OpenSSL's codes, and Node.js'. */
const REASONS: Readonly<Record<string, string | undefined>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_UNTRUSTED: UNTRUSTED,
  CERT_HAS_EXPIRED: 'its certificate has expired; renew it',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; check the clocks',
  CERT_REVOKED: 'its certificate was revoked; replace it',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its certificate is for another host; ask it by a name that it has, with override_subgraph_url, or replace it',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: WANTS_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: WANTS_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: WANTS_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: WANTS_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: WANTS_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: WANTS_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: WANTS_CERTIFICATE,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: WANTS_CERTIFICATE,
  ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: WANTS_CERTIFICATE,
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS at this port; mend its URL',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'it speaks no version of TLS that the gateway does: 1.2 or 1.3',
};

/** Why a connection is not trusted, and what to do; undefined: for another reason. */
export const tlsFailure = (code: string): string | undefined =>
  Object.hasOwn(REASONS, code)
    ? REASONS[code]
    : code.startsWith('ERR_SSL_')
      ? 'there is no agreement on TLS with it'
      : undefined;

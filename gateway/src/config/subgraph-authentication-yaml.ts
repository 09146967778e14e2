import * as z from 'zod';
import type { SignatureOptions, SubgraphSignatures } from '../subgraph-client/signers.ts';

const MessageSignature = z.strictObject({
  key_id: z
    .string()
    // RFC 8941 section 3.3.3, but for what would have to be escaped.
    .regex(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/, 'must be text in ASCII, without quotes and backslashes')
    .describe('Name of the key; tells the subgraph which of the keys it knows was used.'),
  key: z
    .string()
    .min(32, 'must have 32 characters or more')
    .describe('What gateway and subgraph share: `${env.X}` or `${file.path}`.'),
});

const Signed = {
  region: z.string().min(1).describe('AWS region of what is asked, such as `eu-central-1`.'),
  service_name: z
    .string()
    .min(1)
    .describe(
      'What AWS signs for: `lambda` for function URLs, `execute-api` for API Gateway, `vpc-lattice-svcs`.',
    ),
  assume_role: z
    .strictObject({
      role_arn: z.string().startsWith('arn:', 'must be an ARN').describe('The role.'),
      session_name: z.string().min(2).describe("Name of the gateway's sessions in AWS' logs."),
      external_id: z.string().optional().describe('Asked for by roles of other accounts.'),
    })
    .optional()
    .describe('A role that is taken on to sign.'),
};

const AwsSignature = z
  .strictObject({
    default_chain: z
      .strictObject({
        profile_name: z.string().optional().describe('A profile of the files in `~/.aws`.'),
        ...Signed,
      })
      .optional()
      .describe(
        "Sign with what AWS' own tools would find: environment, profile, the role of the ECS task or of the machine.",
      ),
    hardcoded: z
      .strictObject({
        access_key_id: z.string().min(1).describe('The key.'),
        secret_access_key: z.string().min(1).describe('Its secret: `${env.X}` or `${file.path}`.'),
        ...Signed,
      })
      .optional()
      .describe('Sign with a key that does not change. A role is safer.'),
  })
  .refine(
    ({ default_chain: chain, hardcoded }) => (chain === undefined) !== (hardcoded === undefined),
    'must have default_chain or hardcoded, and not both',
  );

const Scheme = z
  .strictObject({
    message_signature: MessageSignature.optional().describe(
      'Sign requests with a shared key: HTTP Message Signatures (RFC 9421), `hmac-sha256`.',
    ),
    aws_sig_v4: AwsSignature.optional().describe(
      "Sign requests with AWS Signature Version 4, in the place of the caller's `authorization`.",
    ),
  })
  .refine(
    ({ message_signature: message, aws_sig_v4: aws }) => message === undefined || aws === undefined,
    'must have message_signature or aws_sig_v4, not both',
  );

/** `authentication.subgraph` of gateway.yaml. */
export const SubgraphAuthentication = z.strictObject({
  all: Scheme.optional().describe('Requests to every subgraph that is not named below.'),
  subgraphs: z.record(z.string(), Scheme).default({}).describe('Requests to subgraphs by name.'),
});

/** Undefined: no request is signed. */
export function subgraphSignatures({
  all,
  subgraphs,
}: z.output<typeof SubgraphAuthentication>): SubgraphSignatures | undefined {
  const named = Object.entries(subgraphs);
  if (all === undefined && named.length === 0) return undefined;
  return {
    all: all && optionsOf(all),
    subgraphs: new Map(named.map(([name, scheme]) => [name, optionsOf(scheme)])),
  };
}

function optionsOf({
  message_signature: message,
  aws_sig_v4: aws,
}: z.output<typeof Scheme>): SignatureOptions | undefined {
  if (message !== undefined)
    return { kind: 'message-signature', options: { keyId: message.key_id, key: message.key } };
  const signed = aws?.default_chain ?? aws?.hardcoded;
  if (signed === undefined) return undefined;
  const { region, service_name: service, assume_role: role } = signed;
  const hardcoded = aws?.hardcoded;
  return {
    kind: 'aws-sig-v4',
    options: {
      region,
      service,
      credentials: hardcoded && {
        accessKeyId: hardcoded.access_key_id,
        secretAccessKey: hardcoded.secret_access_key,
      },
      profile: aws?.default_chain?.profile_name,
      role: role && { arn: role.role_arn, sessionName: role.session_name, externalId: role.external_id },
    },
  };
}

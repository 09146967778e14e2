import type { AwsSignatureOptions } from './aws-signature.ts';
import { messageSigner, type MessageSignatureOptions } from './message-signature.ts';
import type { SignRequest } from './prepare-request.ts';

/** How requests are signed. */
export type SignatureOptions =
  | { readonly kind: 'message-signature'; readonly options: MessageSignatureOptions }
  | { readonly kind: 'aws-sig-v4'; readonly options: AwsSignatureOptions };

export interface SubgraphSignatures {
  /** Of subgraphs that `subgraphs` does not name. */
  readonly all: SignatureOptions | undefined;
  readonly subgraphs: ReadonlyMap<string, SignatureOptions | undefined>;
}

/** What signs requests to a subgraph; each is made once. @param signatures Undefined: nothing is signed. */
export function signers(
  signatures: SubgraphSignatures | undefined,
): (subgraph: string) => SignRequest | undefined {
  if (signatures === undefined) return () => undefined;
  const { all, subgraphs } = signatures;
  return (subgraph) => {
    const options = subgraphs.has(subgraph) ? subgraphs.get(subgraph) : all;
    return options && signerOf(options);
  };
}

const signerOf = (signature: SignatureOptions): SignRequest =>
  signature.kind === 'aws-sig-v4' ? lazyAwsSigner(signature.options) : messageSigner(signature.options);

/** AWS' packages take a tenth of a second to load: only who needs them waits for them. */
function lazyAwsSigner(options: AwsSignatureOptions): SignRequest {
  let signer: Promise<SignRequest> | undefined;
  return async (request) => {
    signer ??= import('./aws-signature.ts').then(({ awsSigner }) => awsSigner(options));
    return (await signer)(request);
  };
}

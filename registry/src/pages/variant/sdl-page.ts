import { codeBlock } from '../highlight.ts';
import { html } from '../html.ts';
import type { Answer, VariantVisit } from '../visit.ts';

const TITLES = { api: 'What clients see', supergraph: 'What gateways get' } as const;

/** The composed schema as text. */
export async function sdlPage(
  { services, ref, base }: VariantVisit,
  [kind = '']: readonly string[],
): Promise<Answer> {
  const served = await services.graphs.served(ref);
  if (served === undefined) return undefined;
  const title = TITLES[kind as keyof typeof TITLES];
  const content = html`<p class="lead">
      As of <a href="${base}/launches/${served.number}">launch ${served.number}</a>
    </p>
    ${codeBlock(title, kind === 'api' ? served.apiSdl : served.supergraphSdl)}`;
  return { title, parent: { title: 'Graph', path: `${base}/schema` }, section: '/schema', content };
}

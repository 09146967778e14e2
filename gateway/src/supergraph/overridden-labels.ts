const PERCENT = /^percent\((\d{1,3}(?:\.\d{1,8})?)\)$/;
const NONE: readonly string[] = [];

/**
 * Which progressive overrides apply to one request: `percent(x)` by chance, other labels not at all.
 *
 * @param random Source of randomness in [0, 1); tests pass a constant.
 * @see https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/entities/migrate-fields#progressive-override
 */
export function overriddenLabels(
  labels: readonly string[],
  random: () => number = Math.random,
): readonly string[] {
  if (labels.length === 0) return NONE;
  return labels.filter((label) => {
    const percent = PERCENT.exec(label)?.[1];
    return percent !== undefined && random() * 100 < Number(percent);
  });
}

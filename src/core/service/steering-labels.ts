/**
 * Labels of containers that Crane goes by and does not put on each: an instance would have them from its image, which somebody else made.
 * `crane.built` and the like are read by nobody.
 */
const steering = ['networks', 'run', 'sandbox', 'shares', 'slot', 'part', 'instance'].map(
  (name) => `crane.${name}`,
);

/** Of the labels of an image, those that would steer Crane. */
export function steeringLabels(labels: readonly string[]): string[] {
  return labels.filter((label) => steering.includes(label));
}

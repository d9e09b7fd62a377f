/** The stable colour of a name. The rule is that of interlab/tracing/colors.py. */

/** The hue of a name, 0 to 359 degrees. */
export function nameHue(name: string): number {
  let digest = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) digest = Math.imul(digest ^ byte, 0x01000193) >>> 0;
  return Math.floor(digest * 137.50776405003785) % 360;
}

export function nameColor(name: string): string {
  return `hsl(${nameHue(name)}, 60%, 45%)`;
}

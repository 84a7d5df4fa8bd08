// Which template a document was rendered from. Findings in the output of a renderer have lines of that output, which nobody
// has open; the template is what is to be mended.
import type { Place } from '../../diagnostics/place.ts'

/** The comment lines that a document begins with are looked for within so many characters. */
const headLength = 1_000

/** `shop/templates/ingress.yaml` of the comment `# Source: …` that Helm writes above each object; `undefined` without one. */
export function templateOriginOf(place: Place | undefined): string | undefined {
  const head = place?.document.text.slice(0, headLength) ?? ''
  return /^(?:---[^\n]*\n|#[^\n]*\n|\s*\n)*?# Source: ([^\s]+)[ \t]*\r?\n/.exec(head)?.[1]
}

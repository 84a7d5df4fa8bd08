// Colours, on terminals only. NO_COLOR and FORCE_COLOR are honoured by Node's styleText.
import { styleText } from 'node:util'

/** Wraps text in a style; plain text where the stream shows no colours. */
export type Paint = (style: 'bold' | 'dim' | 'red' | 'yellow' | 'cyan' | 'green', text: string) => string

/** Paints for `stream`. */
export function createPaint(stream: NodeJS.WriteStream): Paint {
  return (style, text) => styleText(style, text, { stream })
}

// What a finding says where its place and its code are shown by other means than the contract's line.
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { escapeControls } from '../../diagnostics/escape-controls.ts'
import { templateOriginOf } from './template-origin.ts'

/** `Ingress shop/web: path /cart: … (from shop/templates/ingress.yaml)`, on one line. */
export function describeFinding({ object, message, place }: Diagnostic): string {
  const text = object === '' ? message : `${object}: ${message}`
  return escapeControls(text) + originSuffix(place)
}

/** ` (from shop/templates/ingress.yaml)`; empty for what Helm did not render. */
export function originSuffix(place: Diagnostic['place']): string {
  const template = templateOriginOf(place)
  return template === undefined ? '' : ` (from ${escapeControls(template)})`
}

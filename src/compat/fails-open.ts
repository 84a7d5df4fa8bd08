// Values of security annotations that ingress-nginx can not read, and for which it lets everybody through. Portico
// closes the routes. What ingress-nginx reads follows the character classes of its annotation parsers (v1.15).
import { nginxPrefix } from '../policies/define-policy.ts'
import type { ObjectMeta } from '../resources/object-meta.ts'
import type { Shown } from './difference.ts'

/** What is let through, as a clause, and both answers. */
export interface Opened extends Pick<Shown, 'here' | 'there'> {
  readonly problem: string
}

/** What a value of an annotation (name without prefix) opens on ingress-nginx; `undefined` for nothing. */
export function whatOpens({ annotations }: ObjectMeta, name: string, value: string): Opened | undefined {
  const textOf = (other: string) => annotations.get(nginxPrefix + other)?.value.trim() ?? ''
  if (name === 'cors-allow-origin') {
    return isTrue(textOf('enable-cors')) && isTakenForStar(value) ? everyOrigin : undefined
  }
  if (textOf('auth-url') === '' || fitsNginx.get(name)?.test(value) !== false) return undefined
  return withoutCheck
}

/** What ingress-nginx reads of annotations without which it drops the whole check of `auth-url`. */
const fitsNginx: ReadonlyMap<string, RegExp> = new Map([
  ['auth-request-redirect', /^[A-Za-z0-9._~/:,?&= -]*$/],
  ['auth-always-set-cookie', /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/],
  ['auth-cache-duration', /^[A-Za-z0-9._~/:, -]*$/],
])

const withoutCheck: Opened = {
  problem:
    'ingress-nginx can not read this value and drops the whole check of auth-url, so that everybody gets in',
  here: '503',
  there: 'the backend, with nobody asked',
}

const everyOrigin: Opened = {
  problem: 'ingress-nginx takes a list with such an item for *, so that every origin is allowed',
  here: 'no Access-Control-Allow-Origin but for the origins that can be read',
  there: 'Access-Control-Allow-Origin: *',
}

function isTrue(text: string): boolean {
  return /^(?:1|t|T|TRUE|true|True)$/.test(text)
}

/** corsOriginRegexValidator: one item that does not fit, one with a path say, makes the whole value `*`. */
function isTakenForStar(value: string): boolean {
  const items = value.replaceAll(/\s/g, '').split(',')
  const isRead = (item: string) => /^(?:(?:[a-z]+:\/\/)?(?:\*\.)?[A-Za-z0-9.-]*(?::\d+)?|null)$/.test(item)
  return !items.includes('*') && !items.every(isRead)
}

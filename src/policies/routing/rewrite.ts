// Hot path: runs for every request of a route that rewrites.
// Regex paths and the target that replaces a matched path. Never sees which Ingress asked.
import { definePolicy } from '../define-policy.ts'
import { booleanSetting, nginxSetting, quote } from '../setting-types.ts'
import { type ByteSet, bytesWhere, percentEncode, unsafeInSegment } from '../values/percent-encode.ts'

/** Literal text, or the number of a capture group of the rule's path (1…9). */
export type TemplatePart = string | number

/** A parsed `rewrite-target`. */
export interface RewriteTemplate {
  /** As written; equal to the rule's path it rewrites nothing. */
  readonly text: string
  readonly path: readonly TemplatePart[]
  /** What stands after `?`; `undefined` without one. */
  readonly query: readonly TemplatePart[] | undefined
  /** Whether the request's own query follows; a final `?` in the template cuts it off. */
  readonly keepsQuery: boolean
}

const ownPathsOnly =
  'Paths of other Ingresses stay what they are; ingress-nginx makes all paths of the host regexes. The syntax is that of RE2: no look-around and no backreferences.'

/** Regex paths and rewriting (ingress-nginx: `use-regex`, `rewrite-target`). */
export const rewrite = definePolicy('rewrite', {
  doc: 'Rule paths as regexes, and replacing the path that the backend sees. The default backend gets paths unchanged.',
  settings: {
    useRegex: booleanSetting('use-regex', {
      default: false,
      doc: 'Makes the paths of this Ingress regexes: case-insensitive, anchored at the start only.',
      differs: ownPathsOnly,
    }),
    target: nginxSetting<RewriteTemplate | undefined>(
      'rewrite-target',
      'path template',
      {
        default: undefined,
        consequence: 'paths are sent on as they are',
        doc: 'Replaces the whole path sent to the backend; $1…$9 are capture groups of the rule path. Makes the paths of this Ingress regexes.',
        differs: `${ownPathsOnly} An http or https URL is refused; ingress-nginx redirects there.`,
      },
      parseRewriteTemplate,
    ),
    forwardedPrefix: nginxSetting<readonly TemplatePart[] | undefined>(
      'x-forwarded-prefix',
      'path template',
      {
        default: undefined,
        consequence: 'backends get no prefix of ours',
        doc: 'X-Forwarded-Prefix that the backend gets where the path is rewritten; $1…$9 are capture groups of the rule path. Needs rewrite-target.',
      },
      parsePrefixTemplate,
    ),
  },
  isActive: ({ target, forwardedPrefix }) => target !== undefined && forwardedPrefix !== undefined,
  check(settings, written, report) {
    if (written.has('forwardedPrefix') && settings.target === undefined)
      report('forwardedPrefix', 'needs rewrite-target beside it and has no effect without', 'warning')
    return settings
  },
  requestFields({ target, forwardedPrefix }, request, edit) {
    if (target === undefined || forwardedPrefix === undefined || request.captures.length === 0) return
    edit.set('X-Forwarded-Prefix', joinParts(forwardedPrefix, request.captures, unsafeInSegment))
  },
})

/**
 * The request target (path and query) that a rewriting route sends on; `undefined` when the captures were cut so that dot
 * segments came out, which would lead to another place than was matched. `captures` holds the groups of the matched rule
 * path from index 1; a group that took no part is empty. `query` is the request's, without `?`. What may not stand in a
 * path is percent-encoded as nginx does it.
 */
export function rewriteTarget(
  template: RewriteTemplate,
  captures: readonly string[],
  query: string,
): string | undefined {
  let path = ''
  for (const part of template.path) path += typeof part === 'string' ? part : (captures[part] ?? '')
  path = percentEncode(path, unsafeInSegment)
  if (!path.startsWith('/')) path = `/${path}`
  if (/\/\.{1,2}(?:[/;]|$)/.test(path)) return undefined
  const joined = joinQueries(template, captures, query)
  return joined === '' ? path : `${path}?${joined}`
}

function joinQueries(template: RewriteTemplate, captures: readonly string[], query: string): string {
  const own = joinParts(template.query ?? [], captures, unsafeInArgument)
  if (!template.keepsQuery || query === '') return own
  return own === '' ? query : `${own}&${query}`
}

/** Literal parts as they are, captures percent-encoded. */
function joinParts(parts: readonly TemplatePart[], captures: readonly string[], unsafe: ByteSet): string {
  let joined = ''
  for (const part of parts) {
    joined += typeof part === 'string' ? part : percentEncode(captures[part] ?? '', unsafe)
  }
  return joined
}

/** What may not stand in an argument of a query unless it means something there: nginx's NGX_ESCAPE_ARGS. */
const unsafeInArgument = bytesWhere(
  code => unsafeInSegment[code] === 1 || '&+;'.includes(String.fromCharCode(code)),
)

const templatePath = /^[A-Za-z0-9\-._~/:$]*$/
const templateQuery = /^[A-Za-z0-9\-._~/:$,&=+%]*$/

function parseRewriteTemplate(
  written: string,
): { readonly value: RewriteTemplate } | { readonly problem: string } {
  // There nginx redirects instead of rewriting.
  if (/^https?:\/\//.test(written))
    return { problem: `${quote(written)} is a URL and no path; write temporal-redirect to redirect there` }
  const mark = written.indexOf('?')
  const path = mark === -1 ? written : written.slice(0, mark)
  const keepsQuery = !(mark !== -1 && written.endsWith('?'))
  const query = mark === -1 ? undefined : written.slice(mark + 1, keepsQuery ? undefined : -1)
  if (!templatePath.test(path) || (query !== undefined && !templateQuery.test(query))) {
    return { problem: `${quote(written)} has characters that ingress-nginx refuses in a rewrite target` }
  }
  const variable = /\$(?![1-9])\w*/.exec(written)
  if (variable !== null) return { problem: notCaptured(variable[0]) }
  return {
    value: {
      text: written,
      path: parseParts(path),
      query: query === undefined ? undefined : parseParts(query),
      keepsQuery,
    },
  }
}

function parsePrefixTemplate(
  written: string,
): { readonly value: readonly TemplatePart[] } | { readonly problem: string } {
  if (!/^\/?[A-Za-z0-9\-._~/:$]+$/.test(written))
    return { problem: `${quote(written)} has characters other than letters, digits and -._~/:$` }
  const variable = /\$(?![1-9])\w*/.exec(written)
  if (variable !== null) return { problem: notCaptured(variable[0]) }
  return { value: parseParts(written) }
}

function notCaptured(variable: string): string {
  return `${quote(variable)} is no capture group; only $1 to $9 are`
}

/** nginx reads one digit after `$`: `$12` is group 1 and a 2. */
function parseParts(text: string): TemplatePart[] {
  const parts = text.split(/(\$[1-9])/).filter(part => part !== '')
  return parts.map(part => (/^\$[1-9]$/.test(part) ? Number(part[1]) : part))
}

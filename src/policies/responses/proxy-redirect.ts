// Hot path: runs for responses of routes that rewrite redirects.
// Location and Refresh fields of a backend that speaks of itself by a name or path clients do not know it by. Never looks at
// redirects that Portico makes itself.
import { definePolicy } from '../define-policy.ts'
import type { RequestFacts } from '../request-facts.ts'
import { nginxSetting, quote } from '../setting-types.ts'
import { parseTextRewrite, rewriteText, type TextRewrite } from './text-rewrite.ts'

/** What is looked for, and, once it is known what takes its place, the rewrite of both. */
export interface RedirectFrom {
  /** `off` and `default` are words: nothing is rewritten. */
  readonly text: string
  readonly rewrite: TextRewrite | undefined
}

const off: RedirectFrom = Object.freeze({ text: 'off', rewrite: undefined })

/** Rewriting of a backend's redirects (ingress-nginx: `proxy-redirect-from`, `proxy-redirect-to`). */
export const proxyRedirect = definePolicy('proxyRedirect', {
  doc: 'Rewrites the Location and Refresh fields of the backend.',
  settings: {
    from: nginxSetting<RedirectFrom>(
      'proxy-redirect-from',
      'URL or path',
      {
        default: off,
        scope: 'both',
        doc:
          'The beginning of Location and Refresh that proxy-redirect-to replaces. Begins it with ~ (~*: in any letter case), it is ' +
          'a regex, which replaces the whole value. off rewrites nothing, and neither does default.',
        differs:
          'Regexes are RE2. default does nothing, as it does there: the name it looks for is one of ' +
          "nginx's own that no backend is told.",
      },
      text => word(text, value => ({ text: value, rewrite: undefined })),
    ),
    to: nginxSetting<string>(
      'proxy-redirect-to',
      'URL or path',
      {
        default: 'off',
        scope: 'both',
        doc: 'What takes the place of proxy-redirect-from; $1 to $9 are the groups of its regex. off rewrites nothing.',
      },
      text => word(text, value => value),
    ),
  },
  check(settings, written, report) {
    const { from, to } = settings
    const isOff = from.text === 'off' || from.text === 'default'
    if (isOff || to === 'off') {
      if (isOff && to !== 'off' && written.has('to'))
        report('to', `has no effect while proxy-redirect-from is ${quote(from.text)}`, 'warning')
      else if (!isOff && !written.has('to'))
        report('from', 'has no effect without proxy-redirect-to, which says what to put there', 'warning')
      return { ...settings, from: { ...from, rewrite: undefined } }
    }
    const parsed = parseTextRewrite(from.text, to, 'prefix')
    if ('problem' in parsed) {
      report(
        written.has('from') ? 'from' : 'to',
        `can not be obeyed: ${parsed.problem}; nothing is rewritten`,
      )
      return { ...settings, from: { ...from, rewrite: undefined } }
    }
    return { ...settings, from: { ...from, rewrite: parsed.value } }
  },
  isActive: ({ from }) => from.rewrite !== undefined,
  responseFields({ from: { rewrite } }, request, edit) {
    if (edit.isOwn || rewrite === undefined) return
    const location = edit.get('location')
    if (location !== undefined) {
      const changed = rewriteText(rewrite, location, request)
      if (changed !== undefined) edit.set('Location', changed)
    }
    const refresh = edit.get('refresh')
    if (refresh !== undefined) {
      const changed = rewriteRefresh(rewrite, refresh, request)
      if (changed !== undefined) edit.set('Refresh', changed)
    }
  },
})

/** `5; url=http://…`: the URL is what follows the first `url=`. */
function rewriteRefresh(rewrite: TextRewrite, refresh: string, request: RequestFacts): string | undefined {
  const mark = refresh.toLowerCase().indexOf('url=')
  if (mark === -1) return undefined
  const changed = rewriteText(rewrite, refresh.slice(mark + 4), request)
  return changed === undefined ? undefined : refresh.slice(0, mark + 4) + changed
}

function word<T>(
  text: string,
  make: (word: string) => T,
): { readonly value: T } | { readonly problem: string } {
  return /\s/.test(text) ? { problem: `${quote(text)} is not one word` } : { value: make(text) }
}

// Hot path: runs for responses of routes that rewrite cookies.
// Domain and Path of the cookies that a backend sets, put right for the name and path clients use. Never looks at what a
// cookie holds, nor at cookies Portico sets itself.

import { definePolicy } from '../define-policy.ts'
import { nginxSetting, quote } from '../setting-types.ts'
import { changeCookieAttributes } from './cookie-attributes.ts'
import { parseTextRewrite, rewriteText, type TextRewrite } from './text-rewrite.ts'

/** Rewriting of Set-Cookie fields (ingress-nginx: `proxy-cookie-domain`, `proxy-cookie-path`). */
export const proxyCookies = definePolicy('proxyCookies', {
  doc: 'Rewrites the Domain and Path of cookies that the backend sets.',
  settings: {
    domain: nginxSetting<TextRewrite | undefined>(
      'proxy-cookie-domain',
      'from to',
      {
        default: undefined,
        scope: 'both',
        doc:
          'Replaces the Domain of cookies: "localhost example.org" makes Domain=localhost to Domain=example.org, in any ' +
          'letter case and whatever dot either begins with. A first word that begins with ~ is a regex, and $1 to $9 are its groups; other words after $ are variables of nginx. ' +
          'off leaves cookies as they are.',
        differs: 'Regexes are RE2: no look-around and no backreferences.',
      },
      text => parsePair(text, 'domain'),
    ),
    path: nginxSetting<TextRewrite | undefined>(
      'proxy-cookie-path',
      'from to',
      {
        default: undefined,
        scope: 'both',
        doc:
          'Replaces the beginning of the Path of cookies: "/two/ /" makes Path=/two/x to Path=/x. A first word that begins with ~ ' +
          '(~*: in any letter case) is a regex, which replaces the whole Path; $1 to $9 are its groups. off leaves cookies as they are.',
        differs: 'Regexes are RE2: no look-around and no backreferences.',
      },
      text => parsePair(text, 'prefix'),
    ),
  },
  isActive: ({ domain, path }) => domain !== undefined || path !== undefined,
  responseFields({ domain, path }, request, edit) {
    if (edit.isOwn || edit.get('set-cookie') === undefined) return
    edit.map('set-cookie', cookie => {
      const changed = changeCookieAttributes(cookie, (name, value) => {
        if (name === 'domain' && domain !== undefined) return rewriteText(domain, value, request)
        if (name === 'path' && path !== undefined) return rewriteText(path, value, request)
        return undefined
      })
      return changed ?? cookie
    })
  },
})

function parsePair(
  text: string,
  literal: 'prefix' | 'domain',
): { readonly value: TextRewrite | undefined } | { readonly problem: string } {
  const words = text.split(/\s+/)
  if (words.length === 1 && words[0] === 'off') return { value: undefined }
  if (words.length !== 2)
    return {
      problem: `${quote(text)} is neither "off" nor two words, what to look for and what to put there`,
    }
  return parseTextRewrite(words[0]!, words[1]!, literal)
}

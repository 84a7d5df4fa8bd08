// Hot path: runs for responses where the ConfigMap hides fields.
// Fields of backends that clients do not get. Never touches what Portico adds itself.
import { definePolicy } from '../define-policy.ts'
import { uneditableFields } from '../field-edits.ts'
import { nginxSetting, quote } from '../setting-types.ts'

/** Fields that stay inside (ingress-nginx's ConfigMap: `hide-headers`). */
export const hideHeaders = definePolicy('hideHeaders', {
  doc: 'Response headers of backends that clients do not get.',
  settings: {
    names: nginxSetting<readonly string[]>(
      'hide-headers',
      'list',
      {
        default: Object.freeze([]),
        scope: 'config-map',
        doc: 'Names of response headers, separated by commas, that are taken out of what backends send.',
      },
      parseNames,
    ),
  },
  isActive: ({ names }) => names.length > 0,
  responseFields({ names }, _request, edit) {
    if (edit.isOwn) return
    for (const name of names) edit.set(name, undefined)
  },
})

function parseNames(text: string): { readonly value: readonly string[] } | { readonly problem: string } {
  const names = text
    .split(',')
    .map(name => name.trim().toLowerCase())
    .filter(name => name !== '')
  const bad = names.find(name => !/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name))
  if (bad !== undefined) return { problem: `${quote(bad)} is not a header name` }
  const framing = names.find(name => uneditableFields.has(name))
  if (framing !== undefined)
    return { problem: `${quote(framing)} says how a message is to be read and can not be hidden` }
  return { value: names }
}

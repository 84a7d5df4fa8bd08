// Hot path: runs for responses of routes with fields of their own.
// Response fields that an Ingress takes from a ConfigMap, as far as whoever runs the proxy allows their names.
import { definePolicy } from '../define-policy.ts'
import { nginxSetting, quote } from '../setting-types.ts'
import { namedFieldsSetting, readFields } from '../values/named-fields.ts'

/** Fields of an Ingress's own on all its responses (ingress-nginx: `custom-headers`, `global-allowed-response-headers`). */
export const customHeaders = definePolicy('customHeaders', {
  doc: 'Response headers that an Ingress takes from a ConfigMap.',
  settings: {
    from: namedFieldsSetting('custom-headers', [] as readonly (readonly [string, string])[], {
      onProblem: 'deny',
      doc:
        'ConfigMap of response headers, name to value, which are set on every response of the Ingress, error pages included, in the place of ' +
        "the backend's. Of any namespace. Each name has to be among global-allowed-response-headers of the ConfigMap; requests get 503 " +
        'otherwise, and while there is no such ConfigMap.',
    }),
    allowed: nginxSetting<readonly string[]>(
      'global-allowed-response-headers',
      'list',
      {
        default: Object.freeze([]),
        scope: 'config-map',
        doc: 'Names of response headers, separated by commas, that custom-headers may set.',
        differs: 'Names are compared regardless of letter case.',
      },
      text => ({ value: text.split(',').map(name => name.trim().toLowerCase()) }),
    ),
  },
  resolve(settings, references, report) {
    const { from, allowed } = settings
    if (from === undefined) return settings
    const found = references.configMap(from, 'any namespace')
    const fields = readFields(found, problem => report('from', problem))
    for (const [name] of fields) {
      if (!allowed.includes(name.toLowerCase()))
        report(
          'from',
          `names a ConfigMap with ${quote(name)}, which global-allowed-response-headers does not allow`,
        )
    }
    return { ...settings, from: { ...from, fields } }
  },
  fieldsFromObjects: true,
  isActive: ({ from }) => from !== undefined && from.fields.length > 0,
  responseFields({ from }, _request, edit) {
    for (const [name, value] of from?.fields ?? []) edit.set(name, value)
  },
})

// Hot path: runs for responses where the ConfigMap adds fields.
// Fields for the responses of all Ingresses.
import { definePolicy } from '../define-policy.ts'
import { namedFieldsSetting, notSet, readFields } from '../values/named-fields.ts'

/** Fields on all responses (ingress-nginx's ConfigMap: `add-headers`). */
export const addHeaders = definePolicy('addHeaders', {
  doc: 'Headers of all responses.',
  settings: {
    from: namedFieldsSetting('add-headers', [] as readonly (readonly [string, string])[], {
      scope: 'config-map',
      doc: "ConfigMap of response headers, name to value, which are set on all responses in the place of the backend's.",
      consequence: 'none is added',
    }),
  },
  resolve(settings, references, report) {
    const { from } = settings
    if (from === undefined) return settings
    const fields = readFields(references.configMap(from), problem => report('from', `${problem}; ${notSet}`))
    return { ...settings, from: { ...from, fields } }
  },
  isActive: ({ from }) => from !== undefined && from.fields.length > 0,
  responseFields({ from }, _request, edit) {
    for (const [name, value] of from?.fields ?? []) edit.set(name, value)
  },
})

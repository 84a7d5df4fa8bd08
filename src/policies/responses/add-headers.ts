// Hot path: runs for responses where the ConfigMap adds fields.
// Fields for the responses of all Ingresses, with variables of nginx in their values.
import { definePolicy } from '../define-policy.ts'
import { namedFieldsSetting, readVariableFields, type VariableFields } from '../values/named-fields.ts'
import { renderSafe } from '../values/variables.ts'

/** Fields on all responses (ingress-nginx's ConfigMap: `add-headers`). */
export const addHeaders = definePolicy('addHeaders', {
  doc: 'Headers of all responses.',
  settings: {
    from: namedFieldsSetting('add-headers', [] as VariableFields, {
      scope: 'config-map',
      doc: "ConfigMap of response headers, name to value, which are set on all responses in the place of the backend's. Variables of nginx that speak of the request may stand in values; a header whose value comes to nothing is left out.",
      consequence: 'none is added',
    }),
  },
  resolve(settings, references, report) {
    const { from } = settings
    if (from === undefined) return settings
    const fields = readVariableFields(references.configMap(from), problem => report('from', problem))
    return { ...settings, from: { ...from, fields } }
  },
  fieldsFromObjects: true,
  isActive: ({ from }) => from !== undefined && from.fields.length > 0,
  responseFields({ from }, request, edit) {
    for (const [name, text] of from?.fields ?? []) {
      const value = renderSafe(text, request)
      edit.set(name, value === '' ? undefined : value)
    }
  },
})

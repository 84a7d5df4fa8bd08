// Hot path: runs for requests where the ConfigMap sets fields for backends.
// Fields for the requests of all Ingresses, with variables of nginx in their values.
import { definePolicy } from '../define-policy.ts'
import { namedFieldsSetting, readVariableFields, type VariableFields } from '../values/named-fields.ts'
import { renderSafe } from '../values/variables.ts'

/** Fields on all requests to backends (ingress-nginx's ConfigMap: `proxy-set-headers`). */
export const proxySetHeaders = definePolicy('proxySetHeaders', {
  doc: 'Headers of all requests to backends.',
  settings: {
    from: namedFieldsSetting('proxy-set-headers', [] as VariableFields, {
      scope: 'config-map',
      doc:
        "ConfigMap of request headers, name to value, which backends get in the place of the client's and of Portico's own. Variables of nginx " +
        'may stand in values; a header whose value comes to nothing is left out.',
      consequence: 'none is set',
    }),
  },
  resolve(settings, references, report) {
    const { from } = settings
    if (from === undefined) return settings
    const found = references.configMap(from)
    const fields = readVariableFields(found, problem => report('from', problem), 'request')
    return { ...settings, from: { ...from, fields } }
  },
  fieldsFromObjects: true,
  isActive: ({ from }) => from !== undefined && from.fields.length > 0,
  requestFields({ from }, request, edit) {
    for (const [name, text] of from?.fields ?? []) {
      const value = renderSafe(text, request)
      if (name.toLowerCase() === 'host') edit.host = value
      else edit.set(name, value === '' ? undefined : value)
    }
  },
})

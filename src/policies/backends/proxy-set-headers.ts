// Hot path: runs for requests where the ConfigMap sets fields for backends.
// Fields for the requests of all Ingresses, with variables of nginx in their values.
import { definePolicy } from '../define-policy.ts'
import { quote } from '../setting-types.ts'
import { namedFieldsSetting, notSet, readFields } from '../values/named-fields.ts'
import { parseVariables, renderSafe, type VariableText } from '../values/variables.ts'

type VariableFields = readonly (readonly [name: string, value: VariableText])[]

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
    const fields: (readonly [string, VariableText])[] = []
    const found = references.configMap(from)
    const reportUnset = (problem: string) => report('from', `${problem}; ${notSet}`)
    for (const [name, value] of readFields(found, reportUnset, 'request')) {
      const text = parseVariables(Buffer.from(value, 'latin1').toString('utf8'))
      if ('problem' in text)
        reportUnset(`names a ConfigMap in which ${quote(name)} has a bad value: ${text.problem}`)
      else fields.push([name, text.value])
    }
    return { ...settings, from: { ...from, fields } }
  },
  isActive: ({ from }) => from !== undefined && from.fields.length > 0,
  requestFields({ from }, request, edit) {
    for (const [name, text] of from?.fields ?? []) {
      const value = renderSafe(text, request)
      if (name.toLowerCase() === 'host') edit.host = value
      else edit.set(name, value === '' ? undefined : value)
    }
  },
})

// Which names of request fields backends get to see. Only values: the proxy leaves out what may not pass.
import { definePolicy } from '../define-policy.ts'
import { booleanSetting } from '../setting-types.ts'

/** Names of request fields (ingress-nginx's ConfigMap: `enable-underscores-in-headers`, `ignore-invalid-headers`). */
export const fieldNames = definePolicy('fieldNames', {
  doc: 'Names of request headers that may pass.',
  settings: {
    allowsUnderscores: booleanSetting('enable-underscores-in-headers', {
      default: false,
      scope: 'config-map',
      doc: 'Lets request headers through whose names have underscores; without this they are left out.',
      differs:
        'Names that would be one of a header that Portico or an auth service sets if _ were -, such as X_Forwarded_For, are left out all the same: ' +
        'many backends can not tell them apart.',
    }),
    ignoresInvalid: booleanSetting('ignore-invalid-headers', {
      default: true,
      scope: 'config-map',
      doc: 'Whether nginx leaves out request headers with names that HTTP does not allow, or passes them on.',
      differs:
        'Has no effect: a request with such a header is refused with 400, because nobody can say where it ends.',
    }),
  },
})

// The name of a backend among the alternatives of a rule. Choosing between them is the canary policy's business.
import { definePolicy } from '../define-policy.ts'
import { porticoSetting, quote } from '../setting-types.ts'

/** `portico/variant`, on canaries and on the Ingresses they are canaries of. */
export const variant = definePolicy('variant', {
  doc: 'Names the alternatives of a rule: its main Ingress and each of its canaries.',
  onCanaries: true,
  settings: {
    name: porticoSetting<string | undefined>(
      'variant',
      'name',
      {
        default: undefined,
        doc: 'Names this Ingress among the alternatives of its rules. The name is shown in `portico routes` and in the access log, and a header or cookie that a canary goes by (canary-by-header, canary-by-cookie) takes the variant whose name is its value, next to "always" and "never"; the name of the main Ingress keeps the request there.',
        consequence: 'the variant has no name',
      },
      written =>
        /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(written) &&
        !/^(?:always|never)$/.test(written)
          ? { value: written }
          : {
              problem: `${quote(written)} is no name for a variant; write up to 63 letters, digits and -._, but not "always" or "never"`,
            },
    ),
  },
})

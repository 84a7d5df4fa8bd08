// How large a request body may be. Only the value: the proxy counts and answers 413.
import { definePolicy } from '../define-policy.ts'
import { sizeSetting } from '../setting-types.ts'

/** The largest request body, in bytes; `Infinity` for no limit (ingress-nginx: `proxy-body-size`). */
export const bodySize = definePolicy('bodySize', {
  doc: 'How large a request body may be.',
  settings: {
    maxBodyBytes: sizeSetting('proxy-body-size', {
      default: 1024 ** 2,
      scope: 'both',
      doc: 'Largest request body; a larger one gets 413. 0 lifts the limit.',
    }),
  },
})

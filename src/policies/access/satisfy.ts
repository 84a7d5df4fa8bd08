// How the guards of a route work together, and which paths know no authentication.
import { definePolicy } from '../define-policy.ts'
import { nginxSetting, quote } from '../setting-types.ts'

/** Whether every guard has to let a request in, or one of them is enough. */
export type Satisfy = 'all' | 'any'

/** ingress-nginx: `satisfy`, and `no-auth-locations` of the ConfigMap. Read by those who ask guards and plan routes. */
export const satisfy = definePolicy('satisfy', {
  doc: 'How address lists, passwords and external authentication work together.',
  settings: {
    mode: nginxSetting<Satisfy>(
      'satisfy',
      '"all" or "any"',
      {
        default: 'all',
        choices: ['all', 'any'],
        doc: '"all": every guard of the Ingress has to let a request in. "any": one of them is enough; when all refuse, the answer is the sign-in redirect or 401 of one that asks who the client is, else 403.',
        consequence: 'every guard has to let a request in',
      },
      written =>
        written === 'all' || written === 'any'
          ? { value: written }
          : { problem: `${quote(written)} is neither "all" nor "any"` },
    ),
    noAuthLocations: nginxSetting<readonly string[]>(
      'no-auth-locations',
      'list of paths',
      {
        default: ['/.well-known/acme-challenge'],
        scope: 'config-map',
        doc: 'Rules whose path begins with one of these (separated by commas) know neither passwords nor external authentication.',
      },
      written => ({ value: written.split(',').flatMap(path => path.trim() || []) }),
    ),
  },
})

/** Whether a rule of this path asks nobody who they are. It is the rule's path that counts, as in ingress-nginx, so that a guarded `/` is guarded whole. */
export function needsNoAuthentication(path: string, noAuthLocations: readonly string[]): boolean {
  return noAuthLocations.some(prefix => path.startsWith(prefix))
}

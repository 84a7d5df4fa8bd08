// Which settings differ between two routes. Values are compared whole and shown only as far as they may be.
import { isDeepStrictEqual } from 'node:util'
import { settingLabel } from '../explain/shown-settings.ts'
import { allPolicies, upstreamPolicies } from '../policies/all.ts'
import type { AnyPolicy, AnySetting } from '../policies/define-policy.ts'
import { shownText } from '../policies/shown-value.ts'
import type { Detail } from './change.ts'

type Settings = Readonly<Record<string, unknown>>
type Policies = Readonly<Record<string, unknown>>

/** A setting that differs. */
export interface ChangedSetting extends Detail {
  readonly policy: AnyPolicy
  readonly name: string
}

/** Conditions are part of what makes a rule another one; names of hosts are compared as such. */
const comparedElsewhere = new Set(['matchConditions', 'serverAlias'])
const ofUpstreams = new Set<string>(upstreamPolicies.map(({ name }) => name))
const ofRequests = (allPolicies as readonly AnyPolicy[]).filter(
  ({ name }) => !ofUpstreams.has(name) && !comparedElsewhere.has(name),
)

/** What differs in how requests are treated; what backends carry themselves is left out. */
export function compareRequestPolicies(before: Policies, after: Policies): ChangedSetting[] {
  return compareSettings(ofRequests, before, after)
}

/** What differs in how a backend is spoken to. */
export function compareUpstreamPolicies(before: Policies, after: Policies): ChangedSetting[] {
  return compareSettings(upstreamPolicies, before, after)
}

function compareSettings(
  policies: readonly AnyPolicy[],
  before: Policies,
  after: Policies,
): ChangedSetting[] {
  return policies.flatMap(policy => {
    const [old, now] = [before[policy.name], after[policy.name]] as [Settings, Settings]
    // What nobody has written is one object for all routes, in both tables.
    if (old === now || isDeepStrictEqual(old, now)) return []
    return Object.entries<AnySetting>(policy.settings)
      .filter(([name]) => !isDeepStrictEqual(old[name], now[name]))
      .map(([name, setting]) => ({
        policy,
        name,
        subject: settingLabel(setting, name),
        ...textsOf(shownText(old[name]), shownText(now[name])),
      }))
  })
}

/** Where what may be shown is the same, it is what Secrets and ConfigMaps hold that differs. */
export function textsOf(before: string, after: string): { before: string; after: string } {
  return { before, after: before === after ? `${after} (what it holds is another)` : after }
}

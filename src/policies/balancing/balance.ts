// How an endpoint is chosen where no cookie decides. Only values: each upstream's balancer obeys them.
import { definePolicy } from '../define-policy.ts'
import { booleanSetting, integerSetting, nginxSetting, quote } from '../setting-types.ts'
import { parseVariables, type VariableText } from '../values/variables.ts'

/** The algorithms of ingress-nginx that can be asked for by name. */
export type BalancingAlgorithm = 'round_robin' | 'ewma'

/** Names that ingress-nginx lets pass; these are chosen by other annotations. */
const chosenOtherwise: ReadonlyMap<string, string> = new Map([
  ['chash', 'upstream-hash-by'],
  ['chashsubset', 'upstream-hash-by and upstream-hash-by-subset'],
  ['sticky_balanced', 'affinity: "cookie"'],
  ['sticky_persistent', 'affinity: "cookie" and affinity-mode: "persistent"'],
])

/** ingress-nginx's own number, which 0 stands for, too. */
const defaultSubsetSize = 3

/** Which endpoint a request goes to (ingress-nginx: `load-balance`, `upstream-hash-by*`). */
export const balance = definePolicy('balance', {
  appliesTo: 'upstream',
  onCanaries: true,
  doc:
    'Which endpoint of a backend a request goes to. An affinity cookie comes before upstream-hash-by, that before ' +
    "load-balance. A canary's backend has what its own Ingress says.",
  settings: {
    algorithm: nginxSetting<BalancingAlgorithm>(
      'load-balance',
      'name',
      {
        default: 'round_robin',
        choices: ['round_robin', 'ewma'],
        scope: 'both',
        consequence: 'round_robin is used',
        doc:
          'round_robin: every endpoint in turn. ewma: of two endpoints taken by chance the one that answered faster lately; ' +
          'what an endpoint took ten seconds ago counts a third of what it takes now. Endpoints that failed are passed over in both.',
        differs:
          'ewma counts the time to the response head, not to its last byte, so that large bodies and slow clients do not ' +
          'count against an endpoint. A failure never makes an endpoint look faster.',
      },
      parseAlgorithm,
    ),
    hashBy: nginxSetting<VariableText | undefined>(
      'upstream-hash-by',
      'text with variables',
      {
        default: undefined,
        consequence: 'load-balance decides',
        doc:
          'Requests for which this text is the same go to the same endpoint (ketama consistent hashing): "$request_uri", ' +
          '"$http_x_tenant", "$cookie_session". An endpoint that comes or goes moves only its own share. A request is not ' +
          'made again elsewhere, and an endpoint that can not be connected to keeps its requests; one that a health check ' +
          'or outlier detection leaves out lends them to its neighbours.',
        differs:
          'The hash is another one than nginx has, so a text may lead to another endpoint than it did there.',
      },
      parseHashBy,
    ),
    subset: booleanSetting('upstream-hash-by-subset', {
      default: false,
      doc:
        'upstream-hash-by picks a group of endpoints, and chance one of them. A request that failed may be made again at ' +
        'another of the group.',
    }),
    subsetSize: nginxSubsetSize(),
  },
  check(settings, written, report) {
    if (settings.hashBy !== undefined || written.has('hashBy')) return settings
    for (const name of ['subset', 'subsetSize'] as const) {
      if (written.has(name))
        report(name, 'needs upstream-hash-by beside it and has no effect without', 'warning')
    }
    return settings
  },
})

function nginxSubsetSize() {
  const setting = integerSetting('upstream-hash-by-subset-size', {
    default: defaultSubsetSize,
    min: 0,
    max: 10_000,
    doc: 'Endpoints in a group of upstream-hash-by-subset; 0 stands for 3.',
  })
  const parse: typeof setting.parse = text => {
    const read = setting.parse(text)
    return 'value' in read && read.value === 0 ? { value: defaultSubsetSize } : read
  }
  return { ...setting, parse }
}

function parseAlgorithm(text: string): { readonly value: BalancingAlgorithm } | { readonly problem: string } {
  if (text === 'round_robin' || text === 'ewma') return { value: text }
  const otherwise = chosenOtherwise.get(text)
  return {
    problem:
      otherwise === undefined
        ? `${quote(text)} is neither "round_robin" nor "ewma"`
        : `${quote(text)} can not be asked for by name; it is what ${otherwise} chooses`,
  }
}

function parseHashBy(text: string): { readonly value: VariableText } | { readonly problem: string } {
  if (!/^[A-Za-z0-9_${}-]+$/.test(text))
    return { problem: `${quote(text)} has characters other than letters, digits and -_$\{}` }
  return parseVariables(text)
}

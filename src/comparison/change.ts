// What differs between two tables, as plain data for people and scripts.

/** One difference between two sets of manifests. */
export interface Change {
  readonly kind: 'added' | 'removed' | 'changed'
  /** `rest`: what is about no host, such as the default backend. */
  readonly what: 'host' | 'rule' | 'rest'
  /** `*` for rules without a host; empty for what is about none. */
  readonly host: string
  /** `/cart Prefix`, with the conditions of the rule; `(default)` for what answers other paths; empty for hosts. */
  readonly rule: string
  /** What was and what is; for what was added or removed only one of the two says something. */
  readonly details: readonly Detail[]
  /** `file:line:col` of the rule before; `undefined`: there was none. */
  readonly before: string | undefined
  /** The same of the rule after. */
  readonly after: string | undefined
  /** A request that shows it; `undefined` where none was found that is answered otherwise. */
  readonly example: Example | undefined
}

/** One aspect of a rule, a host or the rest. */
export interface Detail {
  /** `service`, `endpoints`, `canary default/next:80`, or the annotation (or ConfigMap key) of a setting. */
  readonly subject: string
  /** For people; `-` for nothing. */
  readonly before: string
  readonly after: string
  /** `file:line:col` of what was written; `undefined`: nothing was, or it is not known. */
  readonly beforeAt?: string | undefined
  readonly afterAt?: string | undefined
}

/** One request, decided under both. */
export interface Example {
  /** `GET http://shop.test/cart`, with the fields that matter. */
  readonly request: string
  readonly before: string
  readonly after: string
}

// Everything that `check --compat ingress-nginx` knows: the differences as findings, and what is in use with its status.
import type { Compilation } from '../compile/compilation.ts'
import type { CompileOptions } from '../compile/options.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { nginxPrefix } from '../policies/define-policy.ts'
import type { ResourceSet } from '../resources/resource-set.ts'
import { findAnnotationDifferences } from './annotation-differences.ts'
import { findBalanceDifferences } from './balance-differences.ts'
import { compatInput } from './compat-input.ts'
import { type Difference, diagnosticOf } from './difference.ts'
import { findObjectDifferences } from './object-differences.ts'
import { findPathDifferences } from './path-differences.ts'
import { type Use, usedNames } from './used-annotations.ts'

/** What would be different on ingress-nginx with these manifests. */
export interface CompatReport {
  readonly differences: readonly Difference[]
  /** The differences as findings. */
  readonly diagnostics: readonly Diagnostic[]
  readonly uses: readonly Use[]
}

/** Compares what manifests come to here with what ingress-nginx (v1.15, default flags) makes of them. Never throws. */
export function reportCompat(
  resources: ResourceSet,
  compilation: Pick<Compilation, 'table'>,
  options: CompileOptions,
): CompatReport {
  const input = compatInput(resources, compilation, options)
  const differences = [
    ...findPathDifferences(input),
    ...findBalanceDifferences(input),
    ...findAnnotationDifferences(input),
    ...findObjectDifferences(input),
  ]
  return { differences, diagnostics: differences.map(diagnosticOf), uses: usedNames(input).filter(isOfNginx) }
}

/** What is Portico's own has no counterpart to be compared with. */
function isOfNginx({ name, on }: Use): boolean {
  return on === 'ConfigMap key' || name.startsWith(nginxPrefix)
}

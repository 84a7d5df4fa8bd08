// Flags of the commands that show objects, under kubectl's names.
import { Option } from 'commander'
import { readNamespace } from '../flag-values.ts'
import { pathsHelp } from './paths-help.ts'

/** `-f`: where the manifests are; the arguments are names of objects. */
export function filenameFlag(): Option {
  return new Option('-f, --filename <path>', `${pathsHelp}; repeatable`)
    .argParser((text: string, previous: readonly string[] = []) => [...previous, text])
    .default([], '')
}

/** `-n` and `-A`. */
export function namespaceFlags(): Option[] {
  return [
    new Option('-n, --namespace <name>', 'namespace of the objects')
      .argParser(readNamespace)
      .default('default'),
    allNamespacesFlag('objects of all namespaces'),
  ]
}

/** `-A`. */
export function allNamespacesFlag(description: string): Option {
  return new Option('-A, --all-namespaces', description).default(false, '')
}

/** `-l`. */
export function selectorFlag(
  description = 'only objects with these labels, such as app=web,tier!=test',
): Option {
  return new Option('-l, --selector <labels>', description)
}

/** `-w`. */
export function watchFlag(): Option {
  return new Option('-w, --watch', 'go on and show what changes').default(false, '')
}

/** `--no-headers`. */
export function noHeadersFlag(): Option {
  return new Option('--no-headers', 'leave the titles of the columns out')
}

/** `--show-labels`. */
export function showLabelsFlag(): Option {
  return new Option('--show-labels', 'a last column with the labels').default(false, '')
}

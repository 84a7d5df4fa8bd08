// `portico annotations`.
import { type Command, Option } from 'commander'
import type { UseStatus } from '../../compat/used-annotations.ts'
import type { AnnotationsFlags } from '../annotations/annotations.ts'
import { readPaths } from '../paths.ts'
import { commandNames } from './command-names.ts'
import { outputFlag } from './output-flag.ts'

/** Written out, so that help need not load the ledger. */
const statuses = [
  'implemented',
  'approximated',
  'planned',
  'refused',
  'elsewhere',
  'ignored',
  'legacy',
  'unknown',
] as const satisfies readonly UseStatus[]

const annotationsHelp = `
Examples:
  portico annotations rewrite-target              what it does, its type and default, how it differs
  portico annotations --status refused            those that are never obeyed, and what to do instead
  portico annotations --schema > portico.schema.json
                                                  for completion in an editor: docs/editor.md
`

/** Adds `annotations`. */
export function addAnnotations(program: Command): void {
  program
    .command('annotations')
    .description(
      'list what every ingress-nginx annotation does here, or explain one, or a key of its ConfigMap',
    )
    .argument('[name]', 'for example rewrite-target')
    .addHelpText('after', annotationsHelp)
    .addOption(outputFlag(['text', 'wide', 'json', 'yaml']))
    .addOption(
      new Option('--status <status>', 'only those of one status, such as implemented or refused').choices(
        statuses,
      ),
    )
    .addOption(
      new Option(
        '--used [path]',
        'only those that the manifests use, and where; default ./manifests, - for standard input',
      ).preset(''),
    )
    .addOption(
      new Option('--schema [of]', 'print the JSON Schema for editors, of manifests or of the ConfigMap')
        .choices(['manifests', 'configmap'])
        .preset('manifests'),
    )
    .action(async (name: string | undefined, flags: AnnotationsFlags & { used: string | undefined }) => {
      if (flags.used !== undefined && flags.schema === undefined) {
        const paths = readPaths(flags.used === '' ? [] : [flags.used], commandNames(program))
        const { annotationsInUse } = await import('../annotations/annotations-in-use.ts')
        process.exitCode = await annotationsInUse(paths, name, flags)
        return
      }
      const { annotations } = await import('../annotations/annotations.ts')
      process.exitCode = annotations(name, flags)
    })
}

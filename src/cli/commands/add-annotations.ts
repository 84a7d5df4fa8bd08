// `portico annotations`.
import { type Command, Option } from 'commander'
import type { AnnotationsFlags } from '../annotations.ts'
import { outputFlag } from './output-flag.ts'

/** Adds `annotations`. */
export function addAnnotations(program: Command): void {
  program
    .command('annotations')
    .description(
      'list what every ingress-nginx annotation does here, or explain one, or a key of its ConfigMap',
    )
    .argument('[name]', 'for example rewrite-target')
    .addOption(outputFlag())
    .addOption(
      new Option('--schema [of]', 'print the JSON Schema for editors, of manifests or of the ConfigMap')
        .choices(['manifests', 'configmap'])
        .preset('manifests'),
    )
    .action(async (name: string | undefined, flags: AnnotationsFlags) => {
      const { annotations } = await import('../annotations.ts')
      process.exitCode = annotations(name, flags)
    })
}

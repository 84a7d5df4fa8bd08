// `portico get`.
import type { Command } from 'commander'
import { addFlags } from '../flags.ts'
import type { GetFlags } from '../get/get.ts'
import { readPaths } from '../paths.ts'
import { commandNames } from './command-names.ts'
import {
  filenameFlag,
  namespaceFlags,
  noHeadersFlag,
  selectorFlag,
  showLabelsFlag,
  watchFlag,
} from './object-flags.ts'
import { outputFlag } from './output-flag.ts'

const getHelp = `
Kinds: ingress (ing), ingressclass, service (svc), endpoints (ep), endpointslice, configmap (cm), secret. What Secrets
hold is never shown.

  portico get ingress -f ./k8s -A                 the Ingresses of all namespaces
  portico get ing,svc -n shop -l app=cart         those of one namespace with a label
  portico get ingress/web -o yaml                 one object, as it was read
`

/** Adds `get`. */
export function addGet(program: Command): void {
  const command = program
    .command('get')
    .description('show objects of the manifests, in the columns of kubectl')
    .argument('<kind...>', 'kinds (ingress,service or all) and names, or KIND/NAME')
    .addOption(outputFlag(['text', 'wide', 'json', 'yaml', 'name']))
    .addHelpText('after', getHelp)
  addFlags(command, 'Which objects:', [filenameFlag(), ...namespaceFlags(), selectorFlag()])
  addFlags(command, 'How they are shown:', [watchFlag(), showLabelsFlag(), noHeadersFlag()])
  command.action(async (words: string[], flags: GetFlags & { filename: readonly string[] }) => {
    const paths = readPaths(flags.filename, commandNames(program))
    const { get } = await import('../get/get.ts')
    process.exitCode = await get(words, paths, flags)
  })
}

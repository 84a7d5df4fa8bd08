// Which trust stores a command is about.
import { Option } from 'commander'
import { certDirFlag } from '../flags.ts'

/** `--store`, `--system-root` and `--cert-dir`. */
export function storeFlags(): Option[] {
  return [
    new Option('--store <kind>', 'system: the one of the system; nss: those of Chromium and Firefox')
      .choices(['all', 'system', 'nss'])
      .default('all'),
    new Option('--system-root <dir>', 'the Debian system below this directory, for making images'),
    certDirFlag(),
  ]
}

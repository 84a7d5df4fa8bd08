// Agreeing beforehand.
import { Option } from 'commander'

/** Without a twin in the environment: what is changed elsewhere is agreed to each time. */
export function yesFlag(): Option {
  return new Option('--yes', 'go on without asking').default(false, '')
}

// What Portico found in the manifests.
import { PageHead } from '../components/page-head.tsx'

export function Problems() {
  return <PageHead title="Problems" />
}

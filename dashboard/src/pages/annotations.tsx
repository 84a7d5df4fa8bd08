// The annotations there are, and which the manifests use.
import { PageHead } from '../components/page-head.tsx'

export function Annotations() {
  return <PageHead title="Annotations" />
}

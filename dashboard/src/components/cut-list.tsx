// Says that Portico has told only the first of many: what is not shown is not the same as what is not there.
export function CutList(props: { readonly shown: number; readonly total: number; readonly what: string }) {
  if (props.total <= props.shown) return null
  return (
    <p class="muted">
      The first {props.shown.toLocaleString('en')} of {props.total.toLocaleString('en')} {props.what} are
      here; search for the others.
    </p>
  )
}

// `namespace/name:port` in a narrow column: broken behind the slash before anywhere else.

export function ServiceName({ name }: { readonly name: string }) {
  const slash = name.indexOf('/') + 1
  return (
    <>
      {name.slice(0, slash)}
      <wbr />
      {name.slice(slash)}
    </>
  )
}

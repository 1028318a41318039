/** The place of a drawing that is being laid out. */
export function Blank() {
  return <div aria-hidden="true" className="h-full animate-pulse bg-line opacity-60" />;
}

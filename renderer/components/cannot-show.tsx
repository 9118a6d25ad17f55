/** In the place of a page whose runs cannot be shown: what, why, and where to go on. */
export function CannotShow({ title, why }: { title: string; why: string }) {
  return (
    <div className="empty">
      <div>
        <h2>{title}</h2>
        <p>{why}</p>
      </div>
      <div className="row">
        <a className="btn" href="#/history">
          Show all runs
        </a>
      </div>
    </div>
  );
}

/** What stands around every page: places, project, search, messages, and whether all of it is live. */

import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { useTopic } from "@/api/hooks.ts";
import { live } from "@/api/live.ts";
import { cx } from "@/core/classes.ts";
import { Button } from "@/kit/button.tsx";
import { Confirmation } from "@/kit/dialog.tsx";
import { Hint } from "@/kit/hint.tsx";
import { Icon } from "@/kit/icon.tsx";
import { KeyHint } from "@/kit/key-hint.tsx";
import { Mark } from "@/kit/mark.tsx";
import { Toasts } from "@/kit/toasts.tsx";
import { Foot } from "./foot.tsx";
import { Help } from "./help.tsx";
import { obeyKeys } from "./keyboard.ts";
import { LiveBadge } from "./live-badge.tsx";
import { usePlaces } from "./nav.ts";
import { NoRole, useSees } from "./no-role.tsx";
import { Palette, paletteOpen } from "./palette.tsx";
import { ProjectSelect, useProject } from "./project.tsx";
import { useShellActions } from "./shell-actions.ts";

const DEFINITIONS = { topic: "definitions" } as const;

export function Shell() {
  const project = useProject();
  const sees = useSees();
  useTopic(useMemo(() => (project ? { topic: "runs", project } : { topic: "runs" }), [project]));
  useTopic(DEFINITIONS);
  useEffect(() => obeyKeys(document), []);
  useEffect(() => {
    if (!sees) return;
    live.start();
    const wake = () => live.wake();
    addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
    return () => {
      live.stop();
      removeEventListener("online", wake);
      document.removeEventListener("visibilitychange", wake);
    };
  }, [sees]);
  useShellActions();
  const settings = useLocation({ select: ({ pathname }) => pathname === "/settings" });
  return (
    <div className="flex h-dvh flex-col md:grid md:grid-cols-[208px_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:left-2 focus:top-2 focus:z-50 focus:rounded-md focus:bg-accent focus:px-3 focus:py-1.5 focus:text-on-accent"
      >
        Skip to the content
      </a>
      <Side />
      <main id="content" tabIndex={-1} className="min-h-0 flex-1 overflow-auto outline-none">
        {sees || settings ? <Outlet /> : <NoRole />}
      </main>
      <Palette />
      <Help />
      <Confirmation />
      <Toasts />
      <Hint />
    </div>
  );
}

/** A column at the left; on a phone a bar on top that unfolds. */
function Side() {
  const [open, setOpen] = useState(false);
  const places = usePlaces();
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: going elsewhere folds it
  useEffect(() => setOpen(false), [pathname]);
  return (
    <div className="flex flex-col border-line max-md:border-b md:min-h-0 md:border-r">
      <div className="flex items-center gap-2 px-3 py-2 md:pt-3.5">
        <Link to="/" className="flex items-center gap-2 text-base font-semibold tracking-tight">
          <Mark className="size-4" />
          Tickwork
        </Link>
        <div className="ml-auto flex items-center">
          <LiveBadge />
          <Button
            kind="quiet"
            icon={open ? "close" : "menu"}
            bare
            className="md:hidden"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            Menu
          </Button>
        </div>
      </div>
      <div
        className={cx(
          "min-h-0 flex-1 flex-col gap-3 overflow-auto px-2.5 pb-2.5 md:flex",
          open ? "flex" : "hidden",
        )}
      >
        <SearchButton />
        <ProjectSelect />
        <nav aria-label="Places">
          <ul className="flex flex-col gap-px">
            {places.map((place) => (
              <li key={place.to}>
                <Link
                  to={place.to}
                  activeOptions={{ exact: place.to === "/", includeSearch: false }}
                  className="flex h-7 items-center gap-2.5 rounded-md px-2 text-ink-2 hover:bg-hover hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-ink max-md:h-10"
                >
                  <Icon name={place.icon} />
                  {place.label}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <Foot />
      </div>
    </div>
  );
}

function SearchButton() {
  return (
    <button
      type="button"
      onClick={() => paletteOpen.set(true)}
      className="flex h-control shrink-0 items-center gap-2 rounded-md border border-line-strong bg-surface px-2 text-ink-3 hover:text-ink"
    >
      <Icon name="search" />
      <span className="flex-1 text-left">Search</span>
      <KeyHint keys="mod+k" />
    </button>
  );
}

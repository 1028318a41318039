import { Outlet, useLocation } from "@tanstack/react-router";
import { Shell } from "./shell.tsx";

/** All pages stand in the shell, except where somebody signs in. */
export function Frame() {
  const { pathname } = useLocation();
  return pathname === "/sign-in" ? <Outlet /> : <Shell />;
}

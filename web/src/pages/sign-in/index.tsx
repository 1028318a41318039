import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { signIn, signInByLink } from "@/api/account.ts";
import { Button } from "@/kit/button.tsx";
import { Field, Input } from "@/kit/field.tsx";
import { Mark } from "@/kit/mark.tsx";
import { Notice, Page } from "@/kit/page.tsx";

const route = getRouteApi("/sign-in");

/** By password, or by a one-time link. */
export default function SignIn() {
  const arrive = useArrival();
  const byLink = useMutation({ mutationFn: signInByLink, onSuccess: arrive });
  const byPassword = useMutation({
    mutationFn: ({ name, password }: Account) => signIn(name, password),
    onSuccess: arrive,
  });
  useToken(byLink.mutate);
  const error = byPassword.error ?? byLink.error;
  return (
    <main className="mx-auto flex min-h-dvh max-w-[380px] flex-col justify-center">
      <Mark className="mx-3 size-7 sm:mx-5" />
      <Page title="Sign in to Tickwork">
        {error && (
          <div role="alert">
            <Notice kind="failed">{error.message}</Notice>
          </div>
        )}
        {byLink.isPending ? (
          <p className="text-ink-2">Signing in by the link …</p>
        ) : (
          <PasswordForm busy={byPassword.isPending} onSubmit={byPassword.mutate} />
        )}
        <p className="text-ink-2">
          No account yet? <code className="font-mono text-xs">tickwork up</code> prints a link that signs in
          once; <code className="font-mono text-xs">tickwork user link NAME</code> makes another.
        </p>
      </Page>
    </main>
  );
}

/** The token of the link that `tickwork up` prints stands behind the `#`, which no log sees. */
function useToken(use: (token: string) => void): void {
  const used = useRef(false);
  useEffect(() => {
    const token = new URLSearchParams(location.hash.slice(1)).get("sign-in");
    if (!token || used.current) return;
    used.current = true; // it is good once
    history.replaceState(history.state, "", location.pathname + location.search);
    use(token);
  }, [use]);
}

interface Account {
  name: string;
  password: string;
}

function PasswordForm({ busy, onSubmit }: { busy: boolean; onSubmit: (account: Account) => void }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit({ name, password });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <Field label="Name">
        <Input
          autoFocus
          required
          autoComplete="username"
          className="h-9"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <Field label="Password">
        <Input
          type="password"
          required
          autoComplete="current-password"
          className="h-9"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
      <Button type="submit" kind="primary" className="h-9" busy={busy}>
        Sign in
      </Button>
    </form>
  );
}

/** Forget what was refused before, and go to where the person wanted to be. */
function useArrival(): () => void {
  const { to } = route.useSearch();
  const client = useQueryClient();
  const router = useRouter();
  return () => {
    client.clear();
    router.history.replace(to?.startsWith("/ui/") ? to : "/ui/");
  };
}

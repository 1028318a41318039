// No test may wait for what the page would do by itself after it is gone.
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

afterEach(cleanup);

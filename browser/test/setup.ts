// What is loaded later in a browser is there from the start: tests look at views, not at their arrival.
import { loadMore } from "../src/parts/later";

await loadMore();

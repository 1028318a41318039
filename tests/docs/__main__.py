"""Write what is generated into the pages: `python -m tests.docs` from the root of the project."""

from tests.docs.generated import GENERATED
from tests.docs.pages import write_block

if __name__ == "__main__":
    for (page, name), make in GENERATED.items():
        write_block(page, name, make())

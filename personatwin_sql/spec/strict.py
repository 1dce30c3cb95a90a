"""The base of everything that is read from YAML: frozen, and no key that it does not know."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """Unknown keys are errors, values are not coerced, and nothing changes after loading.

    A type is made ready when it first reads something: most commands meet few of them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, defer_build=True)

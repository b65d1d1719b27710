"""The registered model: base + adapter as an MLflow pyfunc, logged as code.

Input: a data frame with columns ``text`` (str), ``schema`` (source of the classes, str) and optionally
``lang``. Output: one document a row, as `knowcoderx extract` prints it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.models import ModelSignature
from mlflow.pyfunc.model import PythonModel
from mlflow.types import ColSpec, DataType, Schema

from knowcoderx import jsonl
from knowcoderx.extractor import Extractor
from knowcoderx.schema import Ontology

__all__ = ["EXAMPLE", "SIGNATURE", "ExtractorModel"]

SIGNATURE = ModelSignature(
    inputs=Schema([
        ColSpec(DataType.string, "text"),
        ColSpec(DataType.string, "schema"),
        ColSpec(DataType.string, "lang", required=False),
    ]),
    outputs=Schema([ColSpec(DataType.string, "document")]),
)  # fmt: skip
EXAMPLE = pd.DataFrame({
    "text": ["Mina Park visited Busan."],
    "schema": ['class Person(Entity):\n    """A named human being."""\n'],
    "lang": ["en"],
})  # fmt: skip


class ExtractorModel(PythonModel):
    """Loads the adapter once, then answers rows."""

    def load_context(self, context: Any) -> None:
        """``context.artifacts["adapter"]`` is the finished adapter's folder."""
        self.extractor = Extractor.load(Path(context.artifacts["adapter"]))

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """One JSON document a row."""
        documents = []
        for row in model_input.to_dict("records"):
            found = self.extractor.extract(row["text"], Ontology.read(row["schema"]), lang=row.get("lang") or "und")
            documents.append(json.dumps(jsonl.document_to_json(found), ensure_ascii=False))
        return pd.DataFrame({"document": documents})


mlflow.models.set_model(ExtractorModel())

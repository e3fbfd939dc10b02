"""The customer's voice: tone, complaints, what is praised and blamed, topics and needs, in Chinese and English.

Owns the words and rules of comments and the models a company trains on its own labels; no data of others.
Words: comment, tone, complaint, aspect, opinion, polarity, topic, need (common or individual), near-duplicate.
"""

from holdfast.analysis.voice.classifier import Classifier, TrainingError
from holdfast.analysis.voice.comments import COMMENT_COLUMNS, read
from holdfast.analysis.voice.model import LABELS, VoiceModel, train
from holdfast.analysis.voice.needs import needs
from holdfast.analysis.voice.questions import QuestionModel, same_question, train_questions
from holdfast.analysis.voice.remote import Endpoint, read_remote
from holdfast.analysis.voice.repeats import near_duplicates
from holdfast.analysis.voice.topics import TOPICS, FoundTopic, TopicBook, apply_topics, find_topics, topic_name
from holdfast.analysis.voice.weights import (
    HALF_LIFE_DAYS,
    SEVERITY,
    customer_weights,
    kano_weights,
    recency,
    severity,
    technical_weights,
    voice_weights,
)

__all__ = [
    "COMMENT_COLUMNS",
    "HALF_LIFE_DAYS",
    "LABELS",
    "SEVERITY",
    "TOPICS",
    "Classifier",
    "Endpoint",
    "FoundTopic",
    "QuestionModel",
    "TopicBook",
    "TrainingError",
    "VoiceModel",
    "apply_topics",
    "customer_weights",
    "find_topics",
    "kano_weights",
    "near_duplicates",
    "needs",
    "read",
    "read_remote",
    "recency",
    "same_question",
    "severity",
    "technical_weights",
    "topic_name",
    "train",
    "train_questions",
    "voice_weights",
]

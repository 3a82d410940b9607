#pragma once
#include "server/config/flow_source.h"

#include <functional>

namespace tsunagi::config {

// The checks of a desk, each one idea. They read what was written, with its lines, and write down what is wrong; none
// changes anything. All but the first look only at flows whose shape is right.

/// Flow names, entry and again, and in every flow: kinds of nodes and their keys, references, choices, numbers, scores.
void check_flows(const DeskSource& desk, Problems& problems);

/// Nodes that no way reaches, from which no way leads out, loops that never wait for her, flows that run into
/// themselves.
void check_graph(const DeskSource& desk, Problems& problems);

/// LINE takes five messages a request: counts them along every way from one question to the next.
void check_turns(const DeskSource& desk, Problems& problems);

/// Answers that are asked for but never given, values that an answer never has.
void check_answers(const DeskSource& desk, Problems& problems);

/// Every text of every flow: languages, emptiness, length, blanks, phone numbers.
void check_texts(const DeskSource& desk, Problems& problems);

/// The catalogue: what the engine and the handoff say must be there, in every language of the desk.
void check_messages(const DeskSource& desk, Problems& problems);

/// All of them.
void check_desk(const DeskSource& desk, Problems& problems);

} // namespace tsunagi::config

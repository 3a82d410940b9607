#pragma once
#include "server/config/config.h"

#include <string>
#include <vector>

namespace tsunagi::config {

class Value;

/// Where reading and checking write down what is wrong. Every problem names its place, what it is, and how to mend it.
/// Not thread-safe; one per load.
class Problems {
public:
    explicit Problems(std::vector<Problem>& list) : list_(list) {}

    void error(std::string file, int line, std::string what, std::string mend);
    void error(const Value& at, std::string what, std::string mend);
    void warning(std::string file, int line, std::string what, std::string mend);
    void warning(const Value& at, std::string what, std::string mend);

    /// Errors so far, warnings not counted: two readings tell whether something in between went wrong.
    std::size_t errors() const { return errors_; }

private:
    void add(Problem problem);

    std::vector<Problem>& list_;
    std::size_t errors_ = 0;
};

/// A word as it stands in a problem: `word`, with line breaks and very long text cut.
std::string in_quotes(const std::string& word);

/// `one, two or three`, each quoted.
std::string any_of(const std::vector<std::string>& words);

/// The word of `known` that `word` was probably meant to be; empty when none is near.
std::string nearest(const std::string& word, const std::vector<std::string>& known);

/// " (did you mean `x`?)" or nothing.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& known);

} // namespace tsunagi::config

#pragma once
#include "bot/guide/search.h"

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace tsunagi::bench {

/// A question in ordinary words and the programmes that answer it.
struct GuideQuestion {
    std::string text;
    std::vector<std::string> accepted;
};

/// Reads `id,id<TAB>question` lines; # begins a comment.
inline std::vector<GuideQuestion> read_questions(const std::string& path)
{
    std::vector<GuideQuestion> questions;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        const auto tab = line.find('\t');
        if (line.starts_with('#') || tab == std::string::npos) continue;
        GuideQuestion question{line.substr(tab + 1), {}};
        std::istringstream ids(line.substr(0, tab));
        for (std::string id; std::getline(ids, id, ',');) question.accepted.push_back(id);
        questions.push_back(std::move(question));
    }
    return questions;
}

/// How many questions found an accepted programme first, and among the first three.
struct GuideScore {
    std::size_t asked = 0, first = 0, first_three = 0;
};

inline void count(GuideScore& score, const GuideQuestion& question, const std::vector<bot::GuideHit>& hits)
{
    const auto accepted = [&](std::size_t place) {
        return place < hits.size() && std::find(question.accepted.begin(), question.accepted.end(), hits[place].programme->id) !=
                                          question.accepted.end();
    };
    ++score.asked;
    if (accepted(0)) ++score.first;
    if (accepted(0) || accepted(1) || accepted(2)) ++score.first_three;
}

}  // namespace tsunagi::bench

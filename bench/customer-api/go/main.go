// A service of the published shape, to measure Muster's customer API beside: Go's web server, a statement that is
// prepared and closed for each request, JSON encoded from rows, a pool with the two idle connections that database/sql
// keeps, and on request a memcached in front. One process; the connection is closed after each answer unless asked.
package main

import (
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/bradfitz/gomemcache/memcache"
	_ "github.com/go-sql-driver/mysql"
)

type measure struct {
	MeasureID    int
	MeasureDate  string
	MeasureValue int
}

type measures struct {
	Measures []measure
}

func main() {
	listen := flag.String("listen", "127.0.0.1:10000", "where to listen")
	database := flag.String("database", "", "HOST:PORT/NAME of the database; user and password in DB_USER and DB_PASSWORD")
	cache := flag.String("cache", "", "HOST:PORT of a memcached")
	keepAlive := flag.Bool("keep-alive", false, "keep connections")
	flag.Parse()
	address, name, _ := strings.Cut(*database, "/")
	db, err := sql.Open("mysql", fmt.Sprintf("%s:%s@tcp(%s)/%s", os.Getenv("DB_USER"), os.Getenv("DB_PASSWORD"), address, name))
	if err != nil {
		log.Fatal(err)
	}
	var remembered *memcache.Client
	if *cache != "" {
		remembered = memcache.New(*cache)
		remembered.MaxIdleConns = 64
	}
	http.HandleFunc("/customerdata/", func(w http.ResponseWriter, r *http.Request) {
		id, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/customerdata/"))
		if err != nil {
			http.Error(w, "no number", http.StatusBadRequest)
			return
		}
		body, err := lookUp(db, remembered, id)
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write(body)
	})
	server := &http.Server{Addr: *listen}
	server.SetKeepAlivesEnabled(*keepAlive)
	log.Fatal(server.ListenAndServe())
}

func lookUp(db *sql.DB, cache *memcache.Client, id int) ([]byte, error) {
	key := "customerReadings_id_" + strconv.Itoa(id)
	if cache != nil {
		if item, err := cache.Get(key); err == nil {
			return item.Value, nil
		}
	}
	body, err := read(db, id)
	if err == nil && cache != nil {
		cache.Set(&memcache.Item{Key: key, Value: body})
	}
	return body, err
}

func read(db *sql.DB, id int) ([]byte, error) {
	statement, err := db.Prepare("SELECT Measure_ID, Measure_Date, Value FROM Readings WHERE Customers_ID_FK = ?")
	if err != nil {
		return nil, err
	}
	defer statement.Close()
	rows, err := statement.Query(id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all measures
	for rows.Next() {
		var one measure
		if err := rows.Scan(&one.MeasureID, &one.MeasureDate, &one.MeasureValue); err != nil {
			return nil, err
		}
		all.Measures = append(all.Measures, one)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return json.Marshal(all)
}
